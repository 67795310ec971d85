"""Words of our trade and of every day with their syllables, counted by hand from dictionaries."""

ENGLISH = """
the 1 you 1 care 1 plan 1 letter 2 appeal 2 denied 2 approve 2 approved 2 decision 3 request 2
provider 3 authorization 5 number 2 member 2 service 2 services 3 notice 2 notices 3 doctor 2
hospital 3 medical 3 medicine 3 medication 4 therapy 3 physical 3 therapist 3 wheelchair 2 power 2
exercise 3 exercises 4 injury 3 strength 1 records 2 history 3 treatment 2 diagnosis 4 surgery 3
surgeon 2 patient 2 patients 2 client 2 science 2 radiology 5 imaging 3 insulin 3 diabetes 4
asthma 2 oxygen 3 equipment 3 evidence 3 coverage 3 necessity 4 necessary 4 criteria 4 guideline 2
guidelines 2 expedited 4 continuation 5 liability 5 beneficiary 6 eligible 4 eligibility 6
external 3 internal 3 review 2 reviewer 3 reviewed 2 independent 4 representative 5 agreed 2
asked 1 needed 2 closed 1 received 2 used 1 called 1 wanted 2 changed 1 writes 1 causes 2 people 2
area 3 idea 3 create 2 period 3 annual 3 evaluate 4 quality 3 language 2 variety 4 society 4
carrier 3 earlier 3 copies 2 diseases 3 table 2 able 2 little 2 eye 1 mechanism 4 rhythm 2 being 2
denying 3 quiet 2 radius 3 calcium 3 medium 3 special 2 official 3 initial 3 physician 3
physicians 3 Medicaid 3 Medicare 3 business 2 calendar 3 standard 2 hearing 2 file 1 schedule 2
home 1 homes 1 breathing 2 breathe 1 cough 1 through 1 weight 1 month 1 careful 2 homebound 2
whether 2 before 2 someone 2 because 2 large 1 change 1 circumstances 4 insurance 3 department 3
Braille 1 mediation 4 voluntary 4 reaction 3 antibiotic 5 pneumonia 3 anxiety 4 evaluation 5
treated 2 creates 2 theater 3 prescribed 2 prescription 3 ambulance 3 emergency 4 various 3
previous 3 serious 3 curious 3 nausea 3 infection 3 tissue 2 muscle 2 muscles 2 needles 2 needle 2
paralyzed 3 wheezing 2 obesity 4 cardiac 3 cardiology 5 psychiatry 4 psychiatrist 4 dialysis 4
radiation 4 chemotherapy 5 biopsy 3 seizure 2 seizures 2 ulcers 2 bruises 2 sprained 1 stretched 1
lasted 2 tried 1 tries 1 studies 2 reason 2 reasons 2 idea 3 outpatient 3 inpatient 3 skilled 1
facility 4 facilities 4 nursing 2 agency 3 agencies 3 rehabilitation 6 improvement 3 statement 2
something 2 nurse 1 nurses 2 judged 1 judge 1 urgent 2 guidance 2 unique 2 technique 2 league 1
trouble 2 stable 2 unstable 3 single 2 exactly 3 actually 4 usually 4 manual 3 gradual 3
continue 3 continued 3 continues 3 value 2 valued 2 issue 2 issued 2 argue 2 rescue 2 due 1 blue 1
true 1 goes 1 does 1 shoes 1 toes 1 heroes 2 potatoes 3 buy 1 buying 2 paying 2 layer 2 player 2
prayer 1 employer 3 employee 3 referee 3 coffee 2 knee 1 knees 1 vein 1 protein 2 caffeine 2
reimburse 3 reimbursed 3 preexisting 4 coordinate 4 cooperate 4 oasis 3 poem 2 fluid 2 fluids 2
ruin 2 suicide 3 building 2 juice 1 bruise 1 quality 3 equal 2 inquiry 3 usage 2 guarantee 3
persuade 2 suite 1
"""

SPANISH = """
la 1 de 1 que 1 plan 1 carta 2 apelación 4 negamos 3 aprobamos 4 decisión 3 solicitud 4 proveedor 4
autorización 5 número 3 miembro 2 servicio 3 servicios 3 aviso 3 médico 3 doctor 2 hospital 3
medicina 4 terapia 3 física 3 terapeuta 4 silla 2 ruedas 2 ejercicio 4 lesión 2 fuerza 2 historia 3
clínica 3 tratamiento 4 diagnóstico 4 cirugía 4 cirujano 4 paciente 3 ciencia 2 radiología 5
imagen 3 insulina 4 diabetes 3 asma 2 oxígeno 4 equipo 3 evidencia 4 cobertura 4 necesidad 4
necesario 4 criterio 3 guía 2 guías 2 rápida 3 continuación 4 beneficiario 5 elegible 4 externa 3
revisión 3 revisor 3 independiente 5 representante 5 estado 3 audiencia 3 queja 2 gratis 2 llamar 2
teléfono 4 ahora 3 país 2 días 2 día 2 hay 1 muy 1 ley 1 leyes 2 y 1 hoy 1 oír 2 leer 2 creer 2
vía 2 tarea 3 área 3 línea 3 ciudad 2 cuidado 3 cuidar 2 ruido 2 búho 2 ahí 2 actúe 3 actuar 2
continúa 4 evaluar 3 usted 2 enfermedad 4 embarazo 4 pregunta 3 agua 2 antigüedad 4 bilingüe 3
pingüino 3 quien 1 quiere 2 siguiente 3 Uruguay 3 limpieza 3 viaje 2 tiempo 2 seis 1 veinte 2
treinta 2 causa 2 deuda 2 Europa 3 oigo 2 poeta 3 héroe 3 caos 2 aéreo 4 raíz 2 maíz 2 increíble 4
reunión 2 transeúnte 4 baúl 2 dieciséis 3 farmacia 3 urgencia 3 enfermera 4 expediente 4 plazo 2
fecha 2 hábiles 3 calle 2 correo 3 electrónico 5 examen 3 reclamo 3 póliza 3
"""


def counted(words: str) -> list[tuple[str, int]]:
    """The words of such a list with their number of syllables."""
    tokens = words.split()
    return [(word, int(number)) for word, number in zip(tokens[::2], tokens[1::2], strict=True)]
